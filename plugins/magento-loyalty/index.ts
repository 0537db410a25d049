export { magentoLoyalty as default } from './magento-loyalty.destination.js';
